"""How the window looks: tokens, palette, style sheet, icons and fonts. Must not know any page."""
