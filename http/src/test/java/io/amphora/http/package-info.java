@NullMarked
package io.amphora.http;

import org.jspecify.annotations.NullMarked;
