@NullMarked
package io.amphora.machinery.x509;

import org.jspecify.annotations.NullMarked;
