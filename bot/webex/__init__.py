"""HTTP out to Webex, in our words: answers are plain JSON, and nothing here raises for what Webex says."""
