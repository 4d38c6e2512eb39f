/// Replicas by what there is to do.
@NullMarked
package io.amphora.controllers.autoscaling;

import org.jspecify.annotations.NullMarked;
