"""A pretend Facebook on this machine: the part of the Graph API that Pages need, and a page to click on. Not Facebook."""
