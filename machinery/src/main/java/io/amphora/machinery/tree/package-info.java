@NullMarked
package io.amphora.machinery.tree;

import org.jspecify.annotations.NullMarked;
