package io.turnstone.node.forwarding;

/**
 * How the packet path behaves.
 *
 * @param realm of the long-term credentials; a challenge is at most five times as long as the shortest Allocate request
 *     while the realm has no more than 36 octets in UTF-8
 * @param strictChannelNumbers whether only the range of RFC 8656 §12 is taken, not all of RFC 5766's, which clients use
 * @param incarnation of this node, for the frames that it sends
 * @param answersPerSecond how many requests without credentials of one source each thread answers, at once or over time
 */
public record PathSettings(String realm, boolean strictChannelNumbers, long incarnation, int answersPerSecond) {}
