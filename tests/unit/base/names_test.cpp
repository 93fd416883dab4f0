#include "base/names.h"
#include <gtest/gtest.h>
