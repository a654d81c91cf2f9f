"""Django's settings as the type checker needs them: which models and settings there are."""

from pathlib import Path

from totalplace.web.settings import *  # noqa: F403

INSTALLED_APPS = [
    "totalplace.workbench.accounts",
    "totalplace.workbench.audit",
    "totalplace.workbench.jobs",
]
AUTH_USER_MODEL = "accounts.Account"
SECRET_KEY = "of the type checker alone"
TOTALPLACE_PLACE = TOTALPLACE_FOLDER = TOTALPLACE_KEYS = Path()
TOTALPLACE_UPLOAD_MB = 0
