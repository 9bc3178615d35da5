"""The arithmetic of all rollouts: one contract, and the engines that compute it to the same bits."""
