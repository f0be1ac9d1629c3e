"""What cannot wait for the digest: which flags and troubles are told at once, in what words, and how they leave."""
