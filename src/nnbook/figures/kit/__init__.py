"""What all figures share: the base class, its controls and HTML, and the front end's kit."""
