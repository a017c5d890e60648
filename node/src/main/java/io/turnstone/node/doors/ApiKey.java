package io.turnstone.node.doors;

/**
 * What an application proves itself by. Immutable, any thread.
 *
 * @param name stands in paths, so it has letters, digits, {@code -}, {@code .} and {@code _} only
 * @param secret never printed
 */
public record ApiKey(String name, String secret) {
    @Override
    public String toString() {
        return "ApiKey[" + name + "]";
    }
}
