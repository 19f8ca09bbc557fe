"""The exact places in Slack's administration where something is looked up or mended."""

from __future__ import annotations

APP = "api.slack.com/apps → Lanyard"
TOKEN = f"{APP} → OAuth & Permissions → Bot User OAuth Token"
SCOPES = f"{APP} → OAuth & Permissions → Scopes → Bot Token Scopes, then Reinstall to Workspace"
SIGNING_SECRET = f"{APP} → Basic Information → App Credentials → Signing Secret"
APP_TOKEN = f"{APP} → Basic Information → App-Level Tokens"
WORKSPACE = "Slack in a browser: the part of the address after app.slack.com/client/"
INVITE = "type /invite @Lanyard in the channel"
WAY_OUT = "this machine's way out to https://slack.com"
CHANNEL_ID = "Slack: the channel's name at the top → About, at the very bottom"
CHANNEL_KIND = "Slack: the channel's name at the top → Settings → Change to a private channel"
CHANNEL_OPEN = "Slack: the channel's name at the top → Settings → Unarchive channel"
CHANNEL_SHARED = "Slack: the channel's name at the top → Settings → Disconnect organization"
CHANNEL_MEMBERS = "Slack: the channel's name at the top → Members"
MEMBER_ID = "Slack: the person's profile → the three dots → Copy member ID"
MEMBERS = "Slack: the name of the workspace → Tools & settings → Manage members"
