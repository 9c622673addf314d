"""The search index of memory banks: LanceDB in a process of its own. Can be made anew from a bank's database."""
