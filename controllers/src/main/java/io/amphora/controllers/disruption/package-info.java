/// How many Pods of an application may be missing on purpose.
@NullMarked
package io.amphora.controllers.disruption;

import org.jspecify.annotations.NullMarked;
