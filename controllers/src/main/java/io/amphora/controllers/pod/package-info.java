/// What controllers of Pods have in common.
@NullMarked
package io.amphora.controllers.pod;

import org.jspecify.annotations.NullMarked;
