package io.turnstone.node.rooms;

/**
 * A message from one member to another, on its way. Immutable.
 *
 * @param claim of the sender's {@link Place}: numbers begin anew with each
 * @param number higher with each letter of this sender
 * @param after the number of the one before it to this receiver; 0 if that has been received, or given up
 * @param text what the receiver's client gets
 */
public record Letter(String from, long claim, String to, long number, long after, String text) {
    Receipt receipt() {
        return new Receipt(from, claim, to, number);
    }
}
