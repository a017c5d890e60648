package io.turnstone.node.signaling;

/** Asks push notification services to wake user agents. Called on the signaling thread, which does not wait for it. */
@FunctionalInterface
public interface PushNotifier {
    /** False if it was not taken, because too much waits already. */
    boolean ask(PushNotification notification);
}
