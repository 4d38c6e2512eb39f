@NullMarked
package io.amphora.scheduler;

import org.jspecify.annotations.NullMarked;
