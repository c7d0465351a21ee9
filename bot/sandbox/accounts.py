"""Who may do what, and the applications that may ask for tokens. All secrets here are public: it is a sandbox."""

from bot.sandbox import ids
from bot.sandbox.model import App

CHAT_SCOPES = frozenset(
    {"spark:people_read", "spark:messages", "spark:rooms", "spark:memberships", "spark:attachments", "spark:webhooks"}
)
ADMIN_SCOPES = CHAT_SCOPES | {
    "spark-admin:licenses_read",
    "spark-admin:people_read",
    "spark-admin:people_write",
    "spark-admin:locations_read",
    "spark-admin:organizations_read",
    "spark-admin:telephony_config_read",
    "spark-admin:resource_groups_read",
    "spark-admin:resource_group_memberships_read",
    "spark-admin:resource_group_memberships_write",
    "spark-admin:roles_read",
    "identity:people_read",
    "audit:events_read",
    "spark:applications_token",
}
INTEGRATION = App(
    client_id="C0" + ids.seeded("app:integration").replace("-", ""),
    client_secret="sandbox-integration-secret",  # noqa: S106 - the sandbox's secrets are public
    application_id=ids.webex_id("APPLICATION", "C0" + ids.seeded("app:integration").replace("-", "")),
    scopes=ADMIN_SCOPES,
)
SERVICE_APP = App(
    client_id="C1" + ids.seeded("app:service").replace("-", ""),
    client_secret="sandbox-service-app-secret",  # noqa: S106 - the same
    application_id=ids.webex_id("APPLICATION", "C1" + ids.seeded("app:service").replace("-", "")),
    scopes=ADMIN_SCOPES - {"spark:applications_token"},
    is_service_app=True,
)
ADMINS_REFRESH_TOKEN = "sandbox-admin-refresh"  # noqa: S105 - the same
