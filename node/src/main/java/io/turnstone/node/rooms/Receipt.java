package io.turnstone.node.rooms;

/** Speaks of all letters of one sender to one receiver up to a number. Immutable. */
public record Receipt(String from, long claim, String to, long number) {}
