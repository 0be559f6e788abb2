"""The moderation desk: plain forms for those who have a session."""
