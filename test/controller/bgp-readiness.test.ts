import { afterEach, beforeEach, describe, expect, it } from 'vitest';
