"""What the app opens with: small networks and a table of the weather. See README.md."""
