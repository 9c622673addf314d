"""Models served elsewhere, behind the same port as local ones. Must not know llama.cpp."""
