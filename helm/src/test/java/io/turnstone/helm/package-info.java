/** Tests of the Helm chart: rendered by Helm itself, judged by Kubernetes' models, started as real nodes. */
@NullMarked
package io.turnstone.helm;

import org.jspecify.annotations.NullMarked;
