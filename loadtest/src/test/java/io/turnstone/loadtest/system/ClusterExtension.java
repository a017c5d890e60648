package io.turnstone.loadtest.system;

import java.lang.reflect.Method;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives the tests of a class one three-node cluster, started for the first that asks and stopped after the last. Classes do
 * not share one: it would take a sixth of two cores from all that come after, among them those that measure gaps.
 */
final class ClusterExtension implements ParameterResolver {
    private static final int NODES = 3;

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TurnstoneCluster.class;
    }

    @Override
    public TurnstoneCluster resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return ofClass(context)
            .getStore(Namespace.create(ClusterExtension.class))
            .getOrComputeIfAbsent(TurnstoneCluster.class, key -> TurnstoneCluster.start("cluster", NODES),
                TurnstoneCluster.class);
    }

    private static ExtensionContext ofClass(ExtensionContext context) {
        ExtensionContext up = context;
        while (up.getElement().orElse(null) instanceof Method) {
            up = up.getParent().orElseThrow();
        }
        return up;
    }
}
