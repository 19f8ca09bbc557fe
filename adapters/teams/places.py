"""The exact places in Microsoft's administration where something is looked up or mended."""

from __future__ import annotations

ENTRA = "Microsoft Entra admin center"
REGISTRATION = f"{ENTRA} → App registrations → Lanyard"
APP_ID = f"{REGISTRATION} → Overview → Application (client) ID"
SECRET = f"{REGISTRATION} → Certificates & secrets → Client secrets → New client secret → Value"
TENANT = f"{ENTRA} → Overview → Tenant ID"
USERS = f"{ENTRA} → Users → All users → the person"
OBJECT_ID = f"{USERS} → Object ID"
WAY_OUT = (
    "this machine's way out to login.microsoftonline.com, login.botframework.com and "
    "smba.trafficmanager.net, by https"
)
BOT = "Azure portal → Azure Bot → Lanyard → Configuration → Messaging endpoint"
APPS = "Teams admin center → Teams apps → Manage apps → Lanyard"
INSTALL = "Teams admin center → Teams apps → Setup policies → Global → Installed apps → Add apps"
CHANNEL_LINK = "Teams: the three dots beside the channel → Get link to channel"
CHANNEL_APPS = (
    "Teams: the three dots beside the team → Manage team → Apps; for a private channel also "
    "the three dots beside the channel → Manage channel → Apps"
)
CHANNEL_MEMBERS = "Teams: the three dots beside the channel → Manage channel → Members"
