"""The recurrent networks on CPU, GPU and in torch, their loss, and comparisons of two networks."""
