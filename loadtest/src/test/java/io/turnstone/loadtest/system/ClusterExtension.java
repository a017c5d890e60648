package io.turnstone.loadtest.system;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests one three-node cluster, started for the first that asks and stopped after the last of the run. */
final class ClusterExtension implements ParameterResolver {
    private static final int NODES = 3;

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TurnstoneCluster.class;
    }

    @Override
    public TurnstoneCluster resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
            .getStore(Namespace.create(ClusterExtension.class))
            .getOrComputeIfAbsent(TurnstoneCluster.class, key -> TurnstoneCluster.start("cluster", NODES),
                TurnstoneCluster.class);
    }
}
