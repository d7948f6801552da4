import assert from 'node:assert/strict';
import fc from 'fast-check';
import { rowWindow, rowsPerPage, scrollTopToShow } from '../../../webview/kit/virtualRows';

describe('webview: virtual rows', () => {
  it('draws whatever is in sight and a bounded number more', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 300_000 }),
        fc.nat({ max: 3000 }),
        fc.nat({ max: 10_000 }),
        (scrollTop, height, count) => {
          const { first, end } = rowWindow({ scrollTop, height }, 22, count);
          assert.ok(first >= 0 && end <= count && first <= end);
          const [top, bottom] = [Math.floor(scrollTop / 22), Math.ceil((scrollTop + height) / 22)];
          assert.ok(top >= count || (first <= top && end >= Math.min(bottom, count)));
          assert.ok(end - first <= height / 22 + 2 + 4 * 8);
        },
      ),
    );
  });

  it('changes nothing within a block', () => {
    assert.deepEqual(
      rowWindow({ scrollTop: 1760, height: 440 }, 22, 9999),
      rowWindow({ scrollTop: 1870, height: 330 }, 22, 9999),
    );
  });

  it('scrolls no further than it must', () => {
    const viewport = { scrollTop: 220, height: 220 };
    assert.equal(scrollTopToShow(15, viewport, 22), 220, 'in sight');
    assert.equal(scrollTopToShow(3, viewport, 22), 66, 'above');
    assert.equal(scrollTopToShow(30, viewport, 22), 462, 'below');
    assert.equal(scrollTopToShow(9, { scrollTop: 209, height: 220 }, 22), 198, 'cut at the top');
  });

  it('pages by what fits but one row', () => {
    assert.deepEqual([rowsPerPage(220, 22), rowsPerPage(10, 22)], [9, 1]);
  });
});
