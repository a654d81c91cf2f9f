#!/bin/sh
# Install what the tests take from the system, if it is missing and this may be done.
#
#   scripts/apt_packages.sh java [...]
#
# Each name below stands for a program and the Debian or Ubuntu packages that bring it. Nothing is
# done where the program is there already; without apt-get or the right to use it, the tests that
# need the program skip and say so, and this script still succeeds.
set -u

# name | program that shows it is there | packages, of which the first that exists is taken
known() {
    case "$1" in
        java) echo "java|openjdk-17-jre-headless openjdk-21-jre-headless default-jre-headless" ;;
        chromium) echo "chromium|chromium chromium-browser" ;;
        libreoffice) echo "soffice|libreoffice-writer" ;;
        libreoffice-calc) echo "/usr/share/doc/libreoffice-calc|libreoffice-calc" ;;
        poppler) echo "pdftoppm|poppler-utils" ;;
        postgresql) echo "/usr/lib/postgresql/*/bin/initdb|postgresql" ;;
        *) return 1 ;;
    esac
}

# a program on the path, or a file or folder, in whose path there may be a pattern
there() {
    case "$1" in
        /*) for found in $1; do [ -e "$found" ] && return; done; return 1 ;;
        *) command -v "$1" >/dev/null 2>&1 ;;
    esac
}

updated=no
for name in "$@"; do
    if ! row=$(known "$name"); then
        echo "apt_packages.sh: no such name: $name" >&2
        exit 2
    fi
    program=${row%%|*}
    there "$program" && continue
    if ! command -v apt-get >/dev/null 2>&1 || [ "$(id -u)" != 0 ]; then
        echo "apt_packages.sh: $program is missing, and only root with apt-get can install it" >&2
        continue
    fi
    if [ "$updated" = no ]; then
        apt-get update -q >/dev/null 2>&1
        updated=yes
    fi
    for package in ${row#*|}; do
        apt-get install -q -y --no-install-recommends "$package" >/dev/null 2>&1 && break
    done
    if there "$program"; then
        echo "apt_packages.sh: installed $package" >&2
    else
        echo "apt_packages.sh: $program could not be installed; tests that need it skip" >&2
    fi
done
