"""The door to Facebook. Start with `page` (a Page) and `door` (the client); `decipher` says what an answer means."""
