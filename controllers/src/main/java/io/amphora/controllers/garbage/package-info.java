/// Deletes what has lost its owners.
@NullMarked
package io.amphora.controllers.garbage;

import org.jspecify.annotations.NullMarked;
