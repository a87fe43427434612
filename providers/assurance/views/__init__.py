"""Pages for anybody who worries, for curators, and for whoever runs the site."""
