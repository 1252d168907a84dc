package dev.holdpoint.api;

/** @param open whether people reach servers in sandboxes through the service */
public record PortRule(boolean open) {}
