"""Microsoft Teams. All of the archived Bot Framework SDK stays inside this folder."""
