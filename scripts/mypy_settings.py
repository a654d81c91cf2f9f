"""Django's settings as the type checker needs them: which models and settings there are."""

from pathlib import Path

from totalplace.web.settings import *  # noqa: F403

INSTALLED_APPS = [
    "totalplace.workbench.accounts",
    "totalplace.workbench.audit",
    "totalplace.workbench.cases",
    "totalplace.workbench.jobs",
    "totalplace.workbench.loads",
    "totalplace.workbench.mistakes",
    "totalplace.workbench.queues",
    "totalplace.workbench.releases",
    "totalplace.workbench.returns",
    "totalplace.workbench.saved",
]
AUTH_USER_MODEL = "accounts.Account"
SECRET_KEY = "of the type checker alone"
TOTALPLACE_PLACE = TOTALPLACE_FOLDER = TOTALPLACE_KEYS = Path()
TOTALPLACE_AUDIT_ANCHOR: Path | None = None
TOTALPLACE_UPLOAD_MB = TOTALPLACE_WAITING_MB = 0
TOTALPLACE_OIDC_ISSUER = TOTALPLACE_OIDC_CLIENT_ID = TOTALPLACE_OIDC_CLIENT_SECRET = ""
TOTALPLACE_OIDC_SCOPE = TOTALPLACE_OIDC_NAME = TOTALPLACE_OIDC_CLAIM = ""
TOTALPLACE_OIDC_SECOND_FACTOR: list[str] = []
