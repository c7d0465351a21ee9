"""HTTP in: deliveries from Webex and questions about health. What is done with a delivery is passed in."""
