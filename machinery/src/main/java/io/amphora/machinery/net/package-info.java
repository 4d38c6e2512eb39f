@NullMarked
package io.amphora.machinery.net;

import org.jspecify.annotations.NullMarked;
