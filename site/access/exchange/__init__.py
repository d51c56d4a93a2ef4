"""Files exchanged with partners, whatever they hold: reading them, understanding their values, telling what is wrong."""
