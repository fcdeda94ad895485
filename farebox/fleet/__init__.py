"""Every stack of an organisation priced at once, and questions over all of them."""
