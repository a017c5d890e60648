package io.turnstone.node.signaling;

/** Whoever has sent a request that began here and rings nowhere: nobody has sent it to us, and it follows no binding. */
interface OwnRequest extends TransactionUser {
    @Override
    default boolean isOrigin() {
        return true;
    }

    @Override
    default void onExpired(ClientTransaction transaction, long nowMs) {}

    @Override
    default void onMoved(ClientTransaction transaction, Binding binding, long nowMs) {}

    @Override
    default void onCancel(long nowMs) {}
}
