@NullMarked
package io.amphora.kubectl.command;

import org.jspecify.annotations.NullMarked;
