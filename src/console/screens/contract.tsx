// The Contract screen: the documents as pages of operations, each line linked to its line in the file.
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../parts/icon.tsx';
import { useMediaQuery } from '../parts/media-query.ts';
import { Empty, PageHeader, type ScreenProps } from '../parts/page.tsx';
import { href, route } from '../router.ts';
import { apis } from '../state.ts';
import { ContractOperation } from './contract/contract-operation.tsx';
import { ContractTree } from './contract/contract-tree.tsx';
import { DocumentList, DocumentPage } from './contract/document-page.tsx';
import { SourceDialog, SourcePanel } from './contract/source-panel.tsx';
import './contract/contract.css';

export function ContractScreen({ segments: [apiName, operationId] }: ScreenProps) {
  const { source } = route.value.query;
  const isFirst = useRef(true);
  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    scrollTo(0, 0);
    // The focus stays in the list, unless the list is hidden behind the page.
    const { activeElement } = document;
    if (activeElement === document.body || activeElement?.checkVisibility() === false)
      document.getElementById('page-title')?.focus({ preventScroll: true });
  }, [apiName, operationId]);
  const isWide = useMediaQuery('(min-width: 1200px)');
  const listed = apis.value;
  const api = listed?.find(({ name }) => name === apiName);
  return (
    <>
      <PageHeader title="Contract" />
      {listed !== undefined && (
        <div
          class="contract"
          data-chosen={apiName !== undefined}
          data-source={isWide && source !== undefined}
        >
          <ContractTree apis={listed} apiName={apiName} operationId={operationId} />
          <div class="contract-page">
            {apiName !== undefined && (
              <a class="button contract-back" href={href('contract')}>
                <Icon name="menu" />
                All operations
              </a>
            )}
            {apiName === undefined ? (
              <DocumentList apis={listed} />
            ) : api === undefined ? (
              <Empty icon="contract" title={`There is no API "${apiName}"`}>
                <p>The server may serve other documents now.</p>
              </Empty>
            ) : operationId === undefined ? (
              <DocumentPage key={api.name} api={api} />
            ) : (
              <ContractOperation key={`${api.name} ${operationId}`} api={api} operationId={operationId} />
            )}
          </div>
          {source !== undefined && isWide && <SourcePanel location={source} />}
        </div>
      )}
      {source !== undefined && !isWide && <SourceDialog location={source} />}
    </>
  );
}
