package io.amphora.kubelet.admission;

/// Why a node does not take a Pod: the reason of the Pod's status, and what its event says.
public record Rejection(String reason, String message) {}
