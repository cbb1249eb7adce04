"""The types of ticket as they are in force: of the modules, and made in the browser, with what each collectivity says of its own."""
