"""The only room that knows SpiffWorkflow: process versions, flows, expressions, decisions."""
