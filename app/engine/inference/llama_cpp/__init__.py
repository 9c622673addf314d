"""The embedded llama.cpp engine: one child process per GGUF. The only home of the llama_cpp package."""
